"""Making AI models: recipes, synthesis, fine-tuning, measuring.

Each recipe is a module that states its data, generator, network, losses and seed.
"""
