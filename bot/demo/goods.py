"""What the demo shop sells; prices in fen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Good:
    """One thing for sale; exclusion is why it cannot go back without a reason."""

    sku: str
    title: str
    category: str
    price: int
    exclusion: str | None = None


TEAPOT = Good("TP-600", "紫砂茶壶 600 ml", "茶具", 16_800)
CUPS = Good("TC-004", "白瓷茶杯 4 只装", "茶具", 5_900)
TEA = Good("TE-250", "云雾绿茶 250 g", "茶叶", 12_800, "perishable")
TRAY = Good("TR-030", "竹制茶盘 30 cm", "茶具", 8_800)
BLANKET = Good("BL-150", "纯棉盖毯 150 × 200 cm", "家纺", 23_900)
PILLOW = Good("PI-048", "乳胶枕 48 × 74 cm", "家纺", 19_900)
TOWEL = Good("TO-002", "长绒棉毛巾 2 条装", "家纺", 4_900)
LAMP = Good("LA-010", "护眼台灯 10 W", "灯具", 15_900)
KETTLE = Good("KE-015", "恒温电热水壶 1.5 L", "小家电", 25_900)
SPEAKER = Good("SP-020", "蓝牙音箱 20 W", "小家电", 32_900)
SHIRT = Good("SH-M01", "亚麻衬衫 M 码", "服饰", 21_900)
SHOES = Good("SN-042", "帆布鞋 42 码", "服饰", 26_900)
COAT = Good("CO-L07", "羊毛大衣 L 码", "服饰", 89_900)
SEAL = Good("SE-001", "姓名印章（定制刻字）", "定制", 13_900, "custom")
COASTER = Good("CS-006", "软木杯垫 6 片", "赠品", 0)
