ALTER TABLE "earn_rule" DROP CONSTRAINT "earn_rule_within_budget";
ALTER TABLE "earn_rule" ADD CONSTRAINT "earn_rule_within_budget" CHECK (spent_before >= 0 AND CASE WHEN budget IS NULL THEN spent = 0 ELSE spent_before + spent BETWEEN 0 AND budget END);
ALTER TABLE "product" DROP CONSTRAINT IF EXISTS "product_withheld_within_supplied";
ALTER TABLE "product" DROP CONSTRAINT IF EXISTS "product_withheld_not_negative";
ALTER TABLE "product" ADD CONSTRAINT "product_withheld_not_negative" CHECK (withheld >= 0);
-- By hand: what sales that are not over have sold is still withheld.
UPDATE product SET withheld = withheld + sale.sold
  FROM (SELECT product_id, sum(sold) AS sold FROM flash_sale WHERE closed_at IS NULL GROUP BY product_id) sale
 WHERE sale.product_id = product.id AND sale.sold > 0;
-- By hand: what came back under a version of a rule after the next one had been written, the last lines of that
-- version, goes to the version that counts the budget now.
ALTER TABLE earn_award DISABLE TRIGGER earn_award_only_owner;
WITH version AS (
    SELECT id, last_value(id) OVER versions AS latest, lead(spent_before) OVER versions - spent_before - spent AS late
      FROM earn_rule WHERE budget IS NOT NULL
    WINDOW versions AS (PARTITION BY code ORDER BY version ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
), back AS (
    SELECT award.id, version.id AS rule_id, version.latest, version.late,
           sum(-award.points) OVER (PARTITION BY version.id ORDER BY award.id DESC) AS total
      FROM version JOIN earn_award award ON award.rule_id = version.id AND award.points < 0
     WHERE version.late > 0
), moved AS (
    UPDATE earn_award SET rule_id = back.latest FROM back
     WHERE earn_award.id = back.id AND back.total <= back.late
    RETURNING back.rule_id AS earlier, back.latest, earn_award.points
), difference AS (
    SELECT rule_id, sum(points) AS points
      FROM (SELECT latest AS rule_id, points FROM moved UNION ALL SELECT earlier, -points FROM moved) moves
     GROUP BY rule_id
)
UPDATE earn_rule SET spent = spent + difference.points FROM difference WHERE earn_rule.id = difference.rule_id;
ALTER TABLE earn_award ENABLE TRIGGER earn_award_only_owner;
