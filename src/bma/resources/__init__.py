"""What the toolkit manages in Exchange, declared as tables, and the pure rules that compare and converge them.

Nothing in this package does any input or output: a plan, a prediction and an application are the same code.
"""
