"""What always holds of flash sales."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        "flash.sold",
        "As many units were sold as members won.",
        "SELECT sale.id, sale.sold, count(win.id) AS won FROM flash_sale sale"
        " LEFT JOIN flash_win win ON win.sale_id = sale.id GROUP BY sale.id HAVING sale.sold <> count(win.id)",
    ),
    Invariant(
        "flash.withheld",
        "What is withheld of a gift are the units of its sales that are not over.",
        "SELECT product.id, product.withheld, coalesce(sum(sale.units), 0) AS units FROM product"
        " LEFT JOIN flash_sale sale ON sale.product_id = product.id AND sale.closed_at IS NULL"
        " GROUP BY product.id HAVING product.withheld <> coalesce(sum(sale.units), 0)",
    ),
    Invariant(
        "flash.stock",
        "What was supplied to a place is in stock or still to be sold by a sale, or an order holds it or took it away.",
        "SELECT place.product_id, place.store_id, place.supplied, place.there, gone.pieces FROM ("
        "  SELECT product.id AS product_id, NULL::uuid AS store_id, supplied,"
        "   stock + withheld - coalesce(sale.sold, 0) AS there FROM product LEFT JOIN ("
        "    SELECT product_id, sum(sold) AS sold FROM flash_sale WHERE closed_at IS NULL GROUP BY product_id) sale"
        "   ON sale.product_id = product.id"
        "  UNION ALL SELECT product_id, store_id, supplied, stock FROM product_stock) place"
        " FULL JOIN (SELECT product_id, stock_store_id, sum(quantity) AS pieces FROM redemption"
        "  WHERE status <> 'cancelled' AND restocked IS NOT TRUE GROUP BY product_id, stock_store_id) gone"
        # Keys without NULL, so that the two sides are hashed and not compared each with each.
        " ON gone.product_id = place.product_id"
        " AND coalesce(gone.stock_store_id, gone.product_id) = coalesce(place.store_id, place.product_id)"
        " WHERE place.supplied - place.there IS DISTINCT FROM coalesce(gone.pieces, 0)",
    ),
)
