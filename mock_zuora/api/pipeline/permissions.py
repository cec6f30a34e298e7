"""Permissions of operations that read parameters or a body: they are checked first, as the order of checks demands."""

from fastapi import Depends, Request
from fastapi.params import Depends as Dependency

from mock_zuora.api.request_context import context_of
from mock_zuora.domain.access.permissions import require_permission, require_record_permission, require_view_permission
from mock_zuora.domain.jobs.job import Operation


def requires_view() -> Dependency:
    """The dependency of an operation that reads records or definitions. It raises ZuoraError 71012512."""

    async def check(request: Request) -> None:
        require_view_permission(context_of(request).caller.permissions)

    dependency: Dependency = Depends(check)
    return dependency


def requires(operation: Operation) -> Dependency:
    """The dependency of an operation that creates, updates or deletes. It raises ZuoraError 710125 13, 14, 15."""

    async def check(request: Request) -> None:
        require_permission(context_of(request).caller.permissions, operation)

    dependency: Dependency = Depends(check)
    return dependency


def requires_for_records(operation: Operation) -> Dependency:
    """The dependency of an operation on several records. It raises ZuoraError 710125 13, 14, 15."""

    async def check(request: Request) -> None:
        require_record_permission(context_of(request).caller.permissions, operation)

    dependency: Dependency = Depends(check)
    return dependency
