"""The shipped chest CT model: from Hounsfield units to lungs and nodule candidates."""
