"""What comes after the seven steps: each module stands on its own."""
