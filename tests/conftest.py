"""How long hypothesis searches: briefly and repeatably by default, long with HYPOTHESIS_PROFILE=long."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

CHECKS = [HealthCheck.too_slow, HealthCheck.filter_too_much]
settings.register_profile("default", max_examples=150, derandomize=True, deadline=None, suppress_health_check=CHECKS)
settings.register_profile("long", max_examples=5000, print_blob=True, deadline=None, suppress_health_check=CHECKS)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
