"""Other people's decoders, to be compared with; the product itself never uses them."""
