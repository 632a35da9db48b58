"""A fake AWS that boto3 is led to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.fakes.aws import FakeAws, fake_aws


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    """It has no answers yet: a test sets `aws.answers`."""
    with fake_aws({}) as fake:
        fake.lead(monkeypatch)
        yield fake
