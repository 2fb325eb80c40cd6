"""Texts, labels and moments in requests, each with its bound."""

from datetime import datetime
from typing import Annotated

import msgspec

Title = Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=r"\S")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"\S")]
Word = Annotated[str, msgspec.Meta(max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=50_000)]
Url = Annotated[str, msgspec.Meta(max_length=2000, pattern=r"^https?://")]
Labels = Annotated[dict[Name, Annotated[str, msgspec.Meta(max_length=2000)]], msgspec.Meta(max_length=100)]
Roles = Annotated[dict[Name, Word], msgspec.Meta(max_length=50)]
Fields = Annotated[dict[Name, str | float | bool | list[str] | None], msgspec.Meta(max_length=100)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
