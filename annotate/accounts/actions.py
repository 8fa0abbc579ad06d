import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from annotate.accounts.models import ApiToken, User
from annotate.audit.actions import record
from annotate.core.errors import FieldError, Invalid, NotFound

TOKEN_PREFIX = "smk_"  # noqa: S105


def create_user(*, username: str, password: str, is_staff: bool = False) -> User:
    """Make an account. Raises Invalid when the name is malformed or taken, also in other capitals: people couldn't tell
    Ada from ada."""
    alike = User.objects.filter(username__iexact=username).values_list("username", flat=True).first()
    if alike is not None:
        raise Invalid.field("username", f"There is an account {alike} already.")
    user = User(username=username, is_staff=is_staff)
    user.set_password(password)
    try:
        user.full_clean()
    except ValidationError as error:
        raise _invalid(error) from None
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:  # somebody else made it since it was looked for
        raise Invalid.field("username", f"There is an account {username} already.") from None
    return user


@transaction.atomic
def change_password(*, user: User, old: str, new: str, revoke_tokens: bool = False) -> None:
    """Tokens hold on unless they are to be revoked with it: programs don't know the password.

    Raises Invalid when `old` is not the present password or `new` is too weak.
    """
    if not user.check_password(old):
        raise Invalid.field("old", "This is not your present password.", "wrong-password")
    try:
        validate_password(new, user)
    except ValidationError as error:
        errors = [
            FieldError("new", message, code=(one.code or "").replace("_", "-"))
            for one in error.error_list
            for message in one.messages
        ]
        raise Invalid("invalid", "The new password is too weak.", errors) from None
    user.set_password(new)
    user.save(update_fields=["password"])
    revoked = 0
    if revoke_tokens:
        revoked = ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())
    record(user, "password.change", data={"tokens_revoked": revoked})


def token_digest(token: str) -> bytes:
    """A plain hash is enough: tokens are 256 random bits, not something a person chose."""
    return hashlib.sha256(token.encode()).digest()


@transaction.atomic
def create_token(*, user: User, name: str) -> tuple[ApiToken, str]:
    """The new row and the token's text, which nobody can read again."""
    if not name.strip():
        raise Invalid.field("name", "Give the token a name, so that you know later what uses it.", "required")
    text = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(user=user, name=name.strip(), prefix=text[:10], digest=token_digest(text))
    record(user, "token.create", data={"token": token.pk, "name": token.name})
    return token, text


@transaction.atomic
def revoke_token(*, user: User, token_id: int) -> None:
    """Raises NotFound for a token that is not this user's or is revoked already."""
    changed = ApiToken.objects.filter(pk=token_id, user=user, revoked_at=None).update(revoked_at=timezone.now())
    if changed != 1:
        raise NotFound("token")
    record(user, "token.revoke", data={"token": token_id})


def use_token(text: str) -> User | None:
    """The active user whose token this is. Notes the use, at most once a minute, so that reads stay reads."""
    token = (
        ApiToken.objects.select_related("user")
        .filter(digest=token_digest(text), revoked_at=None, user__is_active=True)
        .first()
    )
    if token is None:
        return None
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=1):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.user


def _invalid(error: ValidationError) -> Invalid:
    errors = [FieldError(field, message) for field, messages in error.message_dict.items() for message in messages]
    return Invalid("invalid", "This account can't be made: " + errors[0].message, errors)
