"""By hand: for every gram the products that have it, in the order of each list, so that a search costs its page.

It is an index that PostgreSQL does not have (GIN knows no order), kept by triggers and read by nobody but
`catalogue.walking`. It holds what is on sale.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0013_budgets_and_withheld")]

    operations: list[ops.Operation] = [
        # Every gram is said to be one of thirty: a statement prepared once for all words shall walk and never sort.
        ops.RunSQL(
            """
            CREATE TABLE product_gram (
                gram text COLLATE "C" NOT NULL,
                sort int NOT NULL,
                points int NOT NULL,
                id uuid NOT NULL,
                PRIMARY KEY (gram, sort, id)
            );
            COMMENT ON TABLE product_gram IS 'The grams of what is on sale, in the orders of its lists. Kept by triggers.';
            ALTER TABLE product_gram ALTER COLUMN gram SET (n_distinct = 30);
            INSERT INTO product_gram (gram, sort, points, id)
                SELECT DISTINCT gram, product.sort, product.points, product.id
                  FROM product JOIN product_search ON product_id = id, unnest(grams) AS gram
                 WHERE product.on_sale ORDER BY gram, product.sort, product.id;
            CREATE INDEX product_gram_by_points ON product_gram (gram, points, id);
            CREATE INDEX product_gram_by_id ON product_gram (gram, id);

            CREATE FUNCTION product_gram_of_words() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP <> 'INSERT' THEN
                    DELETE FROM product_gram held USING product
                     WHERE product.id = OLD.product_id AND held.gram = ANY (OLD.grams)
                       AND held.sort = product.sort AND held.id = product.id;
                END IF;
                IF TG_OP <> 'DELETE' THEN
                    INSERT INTO product_gram (gram, sort, points, id)
                    SELECT DISTINCT gram, product.sort, product.points, product.id
                      FROM product, unnest(NEW.grams) AS gram WHERE product.id = NEW.product_id AND product.on_sale;
                END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER product_gram_of_words AFTER INSERT OR DELETE OR UPDATE OF grams ON product_search
                FOR EACH ROW EXECUTE FUNCTION product_gram_of_words();

            CREATE FUNCTION product_gram_of_product() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF OLD.on_sale THEN
                    DELETE FROM product_gram held USING product_search words
                     WHERE words.product_id = NEW.id AND held.gram = ANY (words.grams)
                       AND held.sort = OLD.sort AND held.id = NEW.id;
                END IF;
                IF NEW.on_sale THEN
                    INSERT INTO product_gram (gram, sort, points, id)
                    SELECT DISTINCT gram, NEW.sort, NEW.points, NEW.id
                      FROM product_search words, unnest(words.grams) AS gram WHERE words.product_id = NEW.id;
                END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER product_gram_of_product AFTER UPDATE OF on_sale, sort, points ON product FOR EACH ROW
                WHEN ((OLD.on_sale, OLD.sort, OLD.points) IS DISTINCT FROM (NEW.on_sale, NEW.sort, NEW.points))
                EXECUTE FUNCTION product_gram_of_product();
            """,
            reverse_sql="""
            DROP TRIGGER product_gram_of_product ON product;
            DROP FUNCTION product_gram_of_product();
            DROP TRIGGER product_gram_of_words ON product_search;
            DROP FUNCTION product_gram_of_words();
            DROP TABLE product_gram;
            """,
        ),
    ]
