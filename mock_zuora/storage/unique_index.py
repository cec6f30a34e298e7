"""An index of the values of one unique field."""

from collections.abc import Collection, Iterable

from mock_zuora.domain.objects.field import Value
from mock_zuora.domain.records.record import Record


class UniqueIndex:
    """The ids of the records with each value of a unique field: one, or several that were written regardless."""

    def __init__(self) -> None:
        self.by_value: dict[Value, str | tuple[str, ...]] = {}
        """A single id needs less memory than a tuple of it."""
        self._is_shared = False

    def holders(self, value: Value) -> tuple[str, ...]:
        """The ids of the records with a value."""
        found = self.by_value.get(value)
        if found is None:
            return ()
        return (found,) if isinstance(found, str) else found

    def has_any(self, values: Collection[Value]) -> bool:
        """Whether a record has one of the values."""
        return not self.by_value.keys().isdisjoint(values)

    def add(self, values: Iterable[Value | None], ids: Iterable[str]) -> None:
        """Adds new records. Their values must not be those of other records."""
        self._stop_sharing()
        self.by_value.update((value, id) for value, id in zip(values, ids, strict=True) if value is not None)

    def move(self, before: Record | None, after: Record | None, name: str) -> None:
        """Updates the index for a changed record: ``before`` is None for a new one, ``after`` for a deleted one."""
        self._stop_sharing()
        if before is not None and (old := before.value(name)) is not None:
            self._discard(old, before.id)
        if after is not None and (new := after.value(name)) is not None:
            others = self.by_value.setdefault(new, after.id)
            if others != after.id:
                self.by_value[new] = (*self.holders(new), after.id)

    def _discard(self, value: Value, record_id: str) -> None:
        left = tuple(each for each in self.holders(value) if each != record_id)
        if left:
            self.by_value[value] = left[0] if len(left) == 1 else left
        else:
            self.by_value.pop(value, None)

    def copy(self) -> "UniqueIndex":
        """An independent copy. Both share their values until one of them changes: most copies are only read."""
        copy = UniqueIndex()
        copy.by_value = self.by_value
        copy._is_shared = self._is_shared = True
        return copy

    def _stop_sharing(self) -> None:
        if self._is_shared:
            self.by_value = dict(self.by_value)
            self._is_shared = False
