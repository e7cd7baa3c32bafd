"""Right implementations in other styles, one module an exercise."""
