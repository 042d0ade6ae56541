"""What pages show: few queries, plain values, words already chosen. Never a write."""
