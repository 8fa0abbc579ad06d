from tests.cast import alice, bob, cast, charlie, max_, nobody, rita

__all__ = ["alice", "bob", "cast", "charlie", "max_", "nobody", "rita"]
