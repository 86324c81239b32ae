"""The addresses of the access pages; their names stand in the namespace `web`."""

from django.urls import path

from billwright.interfaces.web.access import approvals, audit, log_in, profile, users

urlpatterns = [
    path("login/", log_in.log_in, name="log-in"),
    path("login/code/", log_in.log_in_code, name="log-in-code"),
    path("logout/", log_in.log_out, name="log-out"),
    path("first-run/", log_in.first_run, name="first-run"),
    path("profile/", profile.profile, name="profile"),
    path("profile/change/", profile.profile_change, name="profile-change"),
    path("profile/password/", profile.profile_password, name="profile-password"),
    path("profile/factor/", profile.profile_factor, name="profile-factor"),
    path("profile/factor/<int:factor_id>/confirm/", profile.profile_factor_confirm, name="profile-factor-confirm"),
    path("profile/factor/<int:factor_id>/remove/", profile.profile_factor_remove, name="profile-factor-remove"),
    path("profile/recovery-codes/", profile.profile_recovery_codes, name="profile-recovery-codes"),
    path("profile/sessions/end/", profile.profile_sessions_end, name="profile-sessions-end"),
    path("profile/tokens/new/", profile.token_new, name="token-new"),
    path("profile/tokens/<int:token_id>/revoke/", profile.token_revoke, name="token-revoke"),
    path("users/", users.user_list, name="users"),
    path("users/new/", users.user_new, name="user-new"),
    path("users/<int:user_id>/", users.user, name="user"),
    path("users/<int:user_id>/change/", users.user_change, name="user-change"),
    path("users/<int:user_id>/password/", users.user_password, name="user-password"),
    path("users/<int:user_id>/roles/new/", users.role_new, name="role-new"),
    path("users/<int:user_id>/deactivate/", users.user_act, {"act": "deactivate"}, name="user-deactivate"),
    path("users/<int:user_id>/reactivate/", users.user_act, {"act": "reactivate"}, name="user-reactivate"),
    path(
        "users/<int:user_id>/reset-second-factor/",
        users.user_act,
        {"act": "reset-second-factor"},
        name="user-reset-second-factor",
    ),
    path("roles/", users.role_matrix, name="roles"),
    path("roles/grants/<int:grant_id>/end/", users.role_end, name="role-end"),
    path("roles/<str:role>/second-factor/", users.role_second_factor, name="role-second-factor"),
    path("roles/limits/new/", users.limit_new, name="role-limit-new"),
    path("roles/limits/<int:limit_id>/end/", users.limit_end, name="role-limit-end"),
    path("approvals/", approvals.approval_list, name="approvals"),
    path("approvals/ask/", approvals.approval_ask, name="approval-ask"),
    path("approvals/<int:approval_id>/", approvals.approval, name="approval"),
    path("approvals/<int:approval_id>/decide/", approvals.approval_decide, name="approval-decide"),
    path("approvals/<int:approval_id>/withdraw/", approvals.approval_withdraw, name="approval-withdraw"),
    path("audit/", audit.audit_list, name="audit"),
    path("audit/<int:event_id>/", audit.audit_event, name="audit-event"),
]
