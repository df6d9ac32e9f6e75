"""What the merchants' API shows of a person where it was not asked for that very one."""

from refund_core.incoming import Person
from storage.crypto import mask_email, mask_name, mask_phone


def masked(person: Person) -> Person:
    """The person to be told from others and no more: no address, the rest masked."""
    return Person(
        person.external_id,
        name=mask_name(person.name) if person.name else None,
        phone=mask_phone(person.phone) if person.phone else None,
        email=mask_email(person.email) if person.email else None,
    )
