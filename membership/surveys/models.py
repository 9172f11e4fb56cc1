"""Tables: Surveys: questionnaires with typed questions, answered once per member."""
