"""What the product answers: resources, queries, health and live channels."""
