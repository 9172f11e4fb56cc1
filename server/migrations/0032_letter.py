"""The second version of the letter: how early a child came is kept longer, and the service is the ground of the rest.

It asks anew: the first promised that weeks of pregnancy are destroyed after a year, and how early a child came is kept
until its fifth birthday now, which nobody has agreed to yet.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

TEXT = """\
为了给您和宝宝提供育儿服务，我们需要处理宝宝的信息和您的备孕、孕期信息。14周岁以下儿童的个人信息和孕期健康信息都是敏感个人信息，\
请您作为监护人仔细阅读，并逐项决定是否授权。

一、我们处理哪些信息
宝宝的小名、性别、出生日期；预产期、末次月经、孕周；喂养方式、过敏情况、所用奶粉；您记录的身高、体重、头围和疫苗接种情况。\
我们不需要宝宝的真实姓名和证件号码，请不要填写。

二、我们怎样保护
每个宝宝的信息都用单独的密钥加密保存。只有您和您指定的监护人可以看到健康信息；您分享给的家人只能看到小名、月龄和阶段，\
退出家庭后立即看不到。工作人员只能看到打码后的内容；确需查看时须说明用途和查看哪些部分、经第二人批准并留下记录，您可以随时查询是谁看过。

三、保存多久
孕期信息在宝宝出生满一年后销毁（没有出生记录的，预产期满一年后销毁）。早产宝宝的出生孕周用于按矫正年龄画生长曲线，\
保存到宝宝满5周岁，之后同样销毁。您移除的档案立即隐藏，七天后销毁，销毁后无法恢复。\
撤回“育儿服务”满30天、或授权到期满180天而没有重新授权的，档案也会移除并销毁；授权到期前我们会提醒您。

四、您的权利
您可以不同意任何一项，也可以随时撤回其中一项或全部，撤回和授权一样方便，并立即生效。其他各项都以“育儿服务”为前提，\
撤回“育儿服务”后全部停止。不同意或撤回都不影响会员卡、积分和积分商城的使用。您可以查看、更正、导出和删除这些信息。

五、有效期
本授权自您确认之日起365天内有效，到期后需要您重新确认。"""


class Migration(migrations.Migration):
    dependencies = [("muying", "0030_givers")]

    operations = [
        ops.RunSQL(
            "INSERT INTO authorization_text (version, title, text, purposes, valid_days, asks_anew, published_at)"  # noqa: S608 - texts of this file
            f" SELECT 2, title, '{TEXT}', purposes, valid_days, true, now() FROM authorization_text WHERE version = 1;",
            reverse_sql="DELETE FROM authorization_text WHERE version = 2;",
        ),
    ]
