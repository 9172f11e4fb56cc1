"""What the yearly audit of children's data asks the database. $1 and $2 are the year's begin and end.

Each line of an answer is a line of the page, in this order: `minors_page` has the headings.
"""

from membership.authorizations import COUNTS, STANDING

CHILDREN = """
SELECT count(*) FILTER (WHERE status = 'open') AS kept, count(*) FILTER (WHERE status = 'hidden') AS waiting,
       count(*) FILTER (WHERE status = 'destroyed') AS destroyed,
       count(DISTINCT member_id) FILTER (WHERE status = 'open') AS guardians
  FROM baby
"""
# As the doors ask it, because the page says that nobody can read these.
UNAUTHORIZED = f"""
SELECT count(*) FROM baby
 WHERE status = 'open' AND NOT {STANDING.format(member="baby.member_id", purpose="'service'")}
"""  # noqa: S608  # our own constants
# A share is over with either place in the family, and its row stays.
SHARES = """
SELECT share.role, count(*) AS shares FROM baby_share share
  JOIN family_person person ON person.id = share.person_id AND person.left_at IS NULL
  JOIN family_person giver ON giver.id = share.giver_id AND giver.left_at IS NULL
 GROUP BY share.role ORDER BY share.role
"""
GIVEN = """
SELECT text_id AS version, count(*) AS given, count(*) FILTER (WHERE is_guardian) AS by_guardians
  FROM given_authorization WHERE given_at >= $1 AND given_at < $2 GROUP BY text_id ORDER BY text_id
"""
ENDED = """
SELECT ended_because AS because, count(*) AS ended
  FROM given_authorization WHERE ended_at >= $1 AND ended_at < $2 GROUP BY ended_because ORDER BY ended_because
"""
PURPOSES = f"""
SELECT ticked.purpose, count(*) FILTER (WHERE given.given_at >= $1 AND given.given_at < $2) AS given,
       count(*) FILTER (WHERE ticked.withdrawn_at >= $1 AND ticked.withdrawn_at < $2) AS withdrawn,
       count(*) FILTER (WHERE ticked.withdrawn_at IS NULL AND {COUNTS}) AS standing
  FROM authorized_purpose ticked JOIN given_authorization given ON given.id = ticked.authorization_id
 GROUP BY ticked.purpose ORDER BY ticked.purpose
"""  # noqa: S608  # as above
DISCLOSURES = """
SELECT asked.purpose, asked.asked_as AS role, count(*) AS asked, count(*) FILTER (WHERE asked.granted) AS granted,
       count(*) FILTER (WHERE asked.granted IS FALSE) AS refused,
       count(*) FILTER (WHERE asked.granted
         AND (asked.decided_by_id IS NULL OR asked.decided_by_id = asked.asked_by_id)) AS alone,
       count(*) FILTER (WHERE asked.asked_unrelated) AS asked_unrelated,
       count(*) FILTER (WHERE asked.decided_unrelated) AS decided_unrelated,
       coalesce(sum(looks.looks), 0)::bigint AS looks
  FROM disclosure asked
  LEFT JOIN LATERAL (SELECT count(*) AS looks FROM disclosure_look WHERE disclosure_id = asked.id) looks ON true
 WHERE asked.baby_id IS NOT NULL AND asked.asked_at >= $1 AND asked.asked_at < $2
 GROUP BY asked.purpose, asked.asked_as ORDER BY asked.purpose, asked.asked_as
"""
PARTS = """
SELECT part.part, count(*) AS asked, count(*) FILTER (WHERE part.part = ANY(asked.granted_parts)) AS granted,
       coalesce(sum(looks.looks), 0)::bigint AS looks
  FROM disclosure asked CROSS JOIN LATERAL unnest(asked.parts) AS part (part)
  LEFT JOIN LATERAL (
    SELECT count(*) AS looks FROM disclosure_look look WHERE look.disclosure_id = asked.id AND look.part = part.part
  ) looks ON true
 WHERE asked.asked_at >= $1 AND asked.asked_at < $2
 GROUP BY part.part ORDER BY part.part
"""
RUNS = """
SELECT count(*) AS begun, count(finished_at) AS finished,
       count(*) FILTER (WHERE finished_at - before > $3::interval) AS gaps,
       max(extract(epoch FROM finished_at - before))::float8 / 3600 AS longest_gap_hours
  FROM (SELECT started_at, finished_at, lag(finished_at) OVER (ORDER BY finished_at) AS before FROM retention_run) run
 WHERE started_at >= $1 AND started_at < $2
"""
DESTROYED = """
SELECT what, rule, sum(rows)::bigint AS rows, count(*) AS records FROM destruction_record
 WHERE destroyed_at >= $1 AND destroyed_at < $2 GROUP BY what, rule ORDER BY what, rule
"""
EXPORTS = """
SELECT count(*) AS asked, count(ready_at) AS made, count(downloaded_at) AS fetched,
       count(*) FILTER (WHERE ready_at IS NULL AND status = 'expired') AS failed,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ready_at - requested_at))::float8
         AS median_seconds
  FROM data_export WHERE requested_at >= $1 AND requested_at < $2
"""
DELETIONS = """
SELECT count(*) FILTER (WHERE requested_at >= $1 AND requested_at < $2) AS asked,
       count(*) FILTER (WHERE requested_at >= $1 AND requested_at < $2 AND cancelled_at IS NULL
         AND coalesce(erased_at, now()) - requested_at > $3::interval) AS slow,
       count(*) FILTER (WHERE cancelled_at >= $1 AND cancelled_at < $2) AS cancelled,
       count(*) FILTER (WHERE erased_at >= $1 AND erased_at < $2) AS done,
       max(extract(epoch FROM erased_at - requested_at)::float8) FILTER (WHERE erased_at >= $1 AND erased_at < $2)
         / 86400 AS longest_days
  FROM member_deletion
"""
STAFF = """
SELECT role, count(*) FILTER (WHERE active) AS people,
       count(*) FILTER (WHERE created_at >= $1 AND created_at < $2) AS made,
       count(*) FILTER (WHERE EXISTS (SELECT FROM disclosure WHERE asked_by_id = staff_user.id
         AND baby_id IS NOT NULL AND asked_at >= $1 AND asked_at < $2)) AS asked,
       count(*) FILTER (WHERE EXISTS (SELECT FROM disclosure WHERE decided_by_id = staff_user.id
         AND baby_id IS NOT NULL AND decided_at >= $1 AND decided_at < $2)) AS decided,
       count(*) FILTER (WHERE EXISTS (SELECT FROM disclosure
         JOIN disclosure_look look ON look.disclosure_id = disclosure.id
         WHERE asked_by_id = staff_user.id AND baby_id IS NOT NULL AND looked_at >= $1 AND looked_at < $2)) AS looked
  FROM staff_user GROUP BY role ORDER BY role
"""
TEXTS = f"""
SELECT text.version, text.title, text.valid_days, text.published_at,
       (SELECT count(*) FROM given_authorization given WHERE given.text_id = text.version AND {COUNTS}) AS standing
  FROM authorization_text text ORDER BY text.version
"""  # noqa: S608  # as above
AUDIT = """
SELECT count(*) FILTER (WHERE created_at >= $1 AND created_at < $2) AS entries,
       count(*) FILTER (WHERE created_at >= $1 AND created_at < $2 AND subject = 'disclosure') AS of_disclosures,
       count(*) FILTER (WHERE created_at < now() - interval '1 hour'
         AND NOT EXISTS (SELECT FROM audit_link WHERE entry_id = audit_entry.id)) AS unchained
  FROM audit_entry
"""
PARTNERS = "SELECT count(DISTINCT partner_id) FROM partner_key WHERE revoked_at IS NULL"
ROTATIONS = "SELECT count(*) FROM key_rotation WHERE finished_at >= $1 AND finished_at < $2"
