"""The one-command start: private Postgres and Redis, a supervisor of all parts, the first account, a demo."""
