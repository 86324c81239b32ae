from dataclasses import replace

import pytest

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.render.documents import BankDetails, PaymentBlock
from billwright.render.qr import checked, payment_payload, qr_svg

IBAN = BankDetails("Musterwolke\nGmbH", iban="DE02 1203 0000 0000 2020 51", bic="BYLADEM1001")
UPI = BankDetails("Nilgiri & Co", upi_id="nilgiri@sample")
BRANCH = BankDetails("Karoo", bank_name="Example Bank", account_number="123", branch_code="000")
EURO = PaymentBlock(amount=Money.of("1234.50", "EUR"), reference="INV-1", bank=IBAN)


def test_euro_to_an_iban_is_an_epc_transfer() -> None:
    assert payment_payload(EURO).split("\n") == [
        *("BCD", "002", "1", "SCT", "BYLADEM1001", "Musterwolke GmbH"),
        *("DE02120300000000202051", "EUR1234.50", "", "", "INV-1"),
    ]


def test_a_reference_cannot_add_a_line_to_the_epc_transfer() -> None:
    payload = payment_payload(replace(EURO, reference="INV-1\nDE99"))
    assert payload.count("\n") == 10
    assert payload.endswith("INV-1 DE99")


def test_rupees_to_a_upi_address_are_a_upi_link() -> None:
    payment = PaymentBlock(amount=Money.of("500", "INR"), reference="INV 1", bank=UPI)
    assert payment_payload(payment) == (
        "upi://pay?pa=nilgiri@sample&pn=Nilgiri%20%26%20Co&am=500.00&cu=INR&tr=INV%201&tn=INV%201"
    )


def test_rand_to_a_merchant_is_an_emv_code() -> None:
    bank = replace(
        BRANCH, account_holder="Karoo Hosting Café", merchant="za.example.pay/0123", merchant_city="Cape Town"
    )
    payment = PaymentBlock(amount=Money.of("1234.5", "ZAR"), reference="A-1", bank=bank)
    head = "00020101021226260014za.example.pay01040123"
    body = f"{head}52040000530371054071234.505802ZA5918Karoo Hosting Cafe6009Cape Town62070503A-16304"
    assert payment_payload(payment)[:-4] == body
    assert len(payment_payload(payment)) == len(body) + 4
    # Without a merchant's identifier that a provider gave, nothing is made up.
    assert payment_payload(replace(payment, bank=replace(bank, merchant="somebody"))).startswith("Karoo")


def test_rand_to_a_link_of_snapscan_carries_amount_in_cents_and_reference() -> None:
    bank = replace(BRANCH, merchant="https://pos.snapscan.io/qr/shopalot")
    payment = PaymentBlock(amount=Money.of("500", "ZAR"), reference="INV 7&8", bank=bank)
    assert payment_payload(payment) == "https://pos.snapscan.io/qr/shopalot?id=INV%207%268&amount=50000"
    elsewhere = replace(bank, merchant="https://pos.snapscan.io.example.com/qr/shopalot")
    assert payment_payload(replace(payment, bank=elsewhere)).startswith("Karoo")


def test_the_checksum_of_an_emv_code_is_that_of_a_published_example() -> None:
    # The code that Mastercard's developer pages show for the merchant of their tests.
    example = (
        "000201010211057704736a2f41a3-c54c-fce8-32d2-0324e1c32e22*3440e5bf-81ca-4c5f-a1b2-cf989f09a039"
        "52045024530384054031005802US5913Test Merchant6008New York62080304123463046F6D"
    )
    assert checked(example[:-4]) == example


def test_other_money_is_a_link_or_plain_text() -> None:
    payment = PaymentBlock(amount=Money.of("9", "ZAR"), reference="INV-1", bank=BRANCH)
    assert payment_payload(payment) == "Karoo\nExample Bank\n123\n000\nZAR 9.00\nINV-1"
    assert payment_payload(replace(payment, pay_url="https://pay.example/1")) == "https://pay.example/1"


@pytest.mark.parametrize(
    "payment",
    [replace(EURO, amount=Money.zero("EUR")), replace(EURO, bank=None), replace(EURO, qr_payload="")],
    ids=["nothing to pay", "nowhere to pay", "not wanted"],
)
def test_there_is_no_code_without_use(payment: PaymentBlock) -> None:
    assert qr_svg(payment_payload(payment)) == ""


def test_a_code_is_an_svg_picture_and_the_same_each_time() -> None:
    assert qr_svg("INV-1 для Ани").startswith("<svg")
    assert qr_svg("INV-1") == qr_svg("INV-1") != qr_svg("INV-2")


def test_a_text_too_long_for_a_code_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        qr_svg("x" * 2_332)
    assert refused.value.code == "qr.too_long"
    assert qr_svg("x" * 2_331)
