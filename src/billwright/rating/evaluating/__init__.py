"""The parts of the evaluator: amounts of lines by formula number, discounts, and taxes of a document."""
