"""What is on screen: which series, which slice, through which window, with what over it."""
