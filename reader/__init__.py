"""Reading Room: read CT, MRI, X-ray and PET studies with an AI beside you."""

__version__ = "0.1.0"
