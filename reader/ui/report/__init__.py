"""Looking over everything that was decided, signing, handing over."""
