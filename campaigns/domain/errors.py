"""The one tree of exceptions. Expected refusals (late, duplicate, …) are return values, never in here.

FanfareError                 code "internal"
├── BadInput                 code "bad_input"        a field, its value and what was wanted
│   └── ImportRefused        code "import_refused"   (importing/report.py) every problem with row and column
├── NotFound                 code "not_found"
├── NotAllowed               code "not_allowed"      this role or person may not
├── Throttled                code "throttled"
├── Later                    code "later"            too many at once; when to ask again
│   └── Full                 code "full"             no place just now
└── Unavailable              code "unavailable"      SQL or Redis is away; try again
"""

from __future__ import annotations


class FanfareError(Exception):
    """Root; `code` is stable and goes over the wire, the message is for people."""

    code = "internal"


class BadInput(FanfareError):
    """`field` held `value`; `wanted` says what would have been right."""

    code = "bad_input"

    def __init__(self, field: str, value: object, wanted: str) -> None:
        self.field, self.value, self.wanted = field, value, wanted
        shown = repr(value)
        super().__init__(f"{field}: got {shown if len(shown) <= 80 else shown[:77] + '…'}, wanted {wanted}")


class NotFound(FanfareError):
    code = "not_found"


class NotAllowed(FanfareError):
    code = "not_allowed"


class Throttled(FanfareError):
    code = "throttled"


class Later(FanfareError):
    """`retry_in_ms` differs from page to page, so that those outside do not knock as one."""

    code, why = "later", "too many come at once"

    def __init__(self, retry_in_ms: int) -> None:
        self.retry_in_ms = retry_in_ms
        super().__init__(f"{self.why}: try again in {retry_in_ms} ms")


class Full(Later):
    code, why = "full", "every place is taken"


class Unavailable(FanfareError):
    code = "unavailable"
