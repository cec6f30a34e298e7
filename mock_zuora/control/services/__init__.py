"""The control operations: one function each over ``Control``, and one way in for every door.

What is said comes in as JSON types and is checked by a model of ``said``; what is given goes out as JSON types of a
class of ``results``. ``table`` has the way in, the other files the operations by what they are about.
"""

from mock_zuora.control.operations import instrumentation as calls
from mock_zuora.control.operations import jobs, tenants
from mock_zuora.control.operations.table import OPERATIONS, Operation, carry_out

__all__ = ["OPERATIONS", "Operation", "calls", "carry_out", "jobs", "tenants"]
