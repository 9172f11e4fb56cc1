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
        "What is withheld of a gift is what its sales still have to sell.",
        "SELECT product.id, product.withheld, coalesce(sum(sale.units - sale.sold), 0) AS unsold FROM product"
        " LEFT JOIN flash_sale sale ON sale.product_id = product.id AND sale.closed_at IS NULL"
        " GROUP BY product.id HAVING product.withheld <> coalesce(sum(sale.units - sale.sold), 0)",
    ),
)
