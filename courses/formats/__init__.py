"""Files of questions: one module for each format, which knows only `question_types.exchange`."""
