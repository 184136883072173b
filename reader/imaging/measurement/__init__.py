"""What drawings on images measure: lengths, angles, areas and the values inside regions."""
