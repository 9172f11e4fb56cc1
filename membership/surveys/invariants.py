"""What always holds of surveys."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        name="surveys.counts_within_responses",
        sentence="No choice was made more often than the survey was answered.",
        breaks="""
            SELECT count.id, count.survey_id, count.question, count.choice, count.responses, response.made
              FROM survey_count count
              LEFT JOIN (SELECT survey_id, count(*) AS made FROM survey_response GROUP BY survey_id) response
                USING (survey_id)
             WHERE count.responses > coalesce(response.made, 0)
        """,
    ),
)
