"""The pages by which somebody comes in and goes out."""
