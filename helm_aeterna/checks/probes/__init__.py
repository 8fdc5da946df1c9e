"""Connection checks: what is asked of a service, and what its answer means."""
