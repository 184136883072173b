"""One file or room per model format, all behind `adapter.Adapter` and one contract test."""
