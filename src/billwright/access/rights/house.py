"""Rights over the installation: set-up and access."""

HOUSE = """
                              kind AGT COL CSH BIL DIS LEA FIN AUD SAL ADM
[setup]
setup.view                      r   .   .   .   Y   .   .   Y   Y   .   Y
ledger.open_books               w   .   .   .   .   .   .   Y   .   .   Y
legal_entity.create             w   .   .   .   .   .   .   Y   .   .   Y
legal_entity.update             w   .   .   .   .   .   .   Y   .   .   Y
legal_entity.set_logo           w   .   .   .   .   .   .   Y   .   .   Y
legal_entity.set_series         w   .   .   .   .   .   .   Y   .   .   Y
legal_entity.set_convention     w   .   .   .   .   .   .   Y   .   .   Y
legal_entity.add_bank_account   w   .   .   .   .   .   .   Y   .   .   .
exchange_rate.set               w   .   .   .   .   .   .   Y   .   .   .
import.view                     r   .   .   .   Y   .   .   Y   Y   .   Y
file.store                      w   Y   Y   Y   Y   Y   Y   Y   .   .   Y
import_mapping.save             w   .   .   .   Y   .   .   Y   .   .   Y
import.run                      w   .   .   .   Y   .   .   Y   .   .   .
[access]
user.view                       r   .   .   .   .   .   Y   Y   Y   .   Y
audit.view                      r   .   .   .   .   .   Y   Y   Y   .   Y
user.create                     w   .   .   .   .   .   .   .   .   .   Y
user.create_many                w   .   .   .   .   .   .   .   .   .   Y
user.create_first_administrator w   .   .   .   .   .   .   .   .   .   .
user.create_administrator       w   .   .   .   .   .   .   .   .   .   .
user.change                     w   .   .   .   .   .   .   .   .   .   Y
user.deactivate                 w   .   .   .   .   .   .   .   .   .   Y
user.reactivate                 w   .   .   .   .   .   .   .   .   .   Y
user.reset_password             w   .   .   .   .   .   .   .   .   .   Y
user.reset_second_factor        w   .   .   .   .   .   .   .   .   .   Y
role.grant                      w   .   .   .   .   .   .   .   .   .   Y
role.end                        w   .   .   .   .   .   .   .   .   .   Y
role.require_second_factor      w   .   .   .   .   .   .   .   .   .   Y
authority_limit.set             w   .   .   .   .   .   .   Y   .   .   .
authority_limit.end             w   .   .   .   .   .   .   Y   .   .   .
approval.view                   r   Y   Y   Y   Y   Y   Y   Y   Y   .   Y
approval.request                o   Y   Y   Y   Y   Y   Y   Y   Y   Y   Y
approval.decide                 w   .   .   .   .   Y   Y   Y   .   .   Y
approval.withdraw               o   Y   Y   Y   Y   Y   Y   Y   Y   Y   Y
approval.expire                 w   .   .   .   .   .   .   .   .   .   .
profile.change                  o   Y   Y   Y   Y   Y   Y   Y   Y   Y   Y
password.change                 o   Y   Y   Y   Y   Y   Y   Y   Y   Y   Y
session.end                     o   Y   Y   Y   Y   Y   Y   Y   Y   Y   Y
second_factor.enroll            o   Y   Y   Y   Y   Y   Y   Y   Y   Y   Y
second_factor.confirm           o   Y   Y   Y   Y   Y   Y   Y   Y   Y   Y
second_factor.remove            o   Y   Y   Y   Y   Y   Y   Y   Y   Y   Y
recovery_code.renew             o   Y   Y   Y   Y   Y   Y   Y   Y   Y   Y
api_token.issue                 w   .   .   .   .   .   .   Y   .   .   Y
api_token.revoke                o   Y   Y   Y   Y   Y   Y   Y   Y   Y   Y
"""
