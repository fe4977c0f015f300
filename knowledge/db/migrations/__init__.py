"""The migration history: each revision is a pair of plain SQL files, one up and one down."""
