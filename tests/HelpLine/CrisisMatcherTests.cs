using Bot.Core.HelpLine;

namespace Bot.Tests.HelpLine;

/// <summary>What Content/helpline/crisis.yaml hears. A miss on the lists of danger is a failure; everyday sentences are counted, and the rate is in docs/decisions/helpline.md.</summary>
public sealed class CrisisMatcherTests
{
    private static readonly CrisisMatcher Crisis = CrisisMatcher.Read(Path.Combine(AppContext.BaseDirectory, "Content"));

    [Theory]
    [InlineData("我不想活了")]
    [InlineData("我 想 死")]
    [InlineData("我，想。死！")]
    [InlineData("真的活不下去了")]
    [InlineData("今天特别难受，觉得自己不如死了")]
    [InlineData("我想自杀")]
    [InlineData("我在想怎么自sha")]
    [InlineData("昨天又割腕了")]
    [InlineData("我站在学校楼顶")]
    [InlineData("我站在宿舍的楼顶上，风好大")]
    [InlineData("我想从五楼跳下去")]
    [InlineData("想跳河")]
    [InlineData("攒了好多安眠药")]
    [InlineData("我吞了一瓶药")]
    [InlineData("刚刚喝了农药")]
    [InlineData("我写好了遗书")]
    [InlineData("我给妈妈留了一封遗书")]
    [InlineData("没我你们会更好")]
    [InlineData("活着没有意义")]
    [InlineData("活着真的没有意义")]
    [InlineData("我想结束自己的生命")]
    [InlineData("我想结束这一切")]
    [InlineData("想离开这个世界")]
    [InlineData("他拿刀要砍我")]
    [InlineData("我爸说要杀了我")]
    [InlineData("我想杀了他们")]
    [InlineData("我控制不住伤害自己")]
    [InlineData("死了算了")]
    [InlineData("反正我死了更好")]
    [InlineData("好想死一死")]
    [InlineData("我不想死但是活不下去")]
    [InlineData("血止不住")]
    [InlineData("再见了，世界")]
    [InlineData("ｚｉｓｈａ")]
    [InlineData("我笑死了，其实我是真的不想活了")]
    [InlineData("这么久以来我每天都在想，如果我从这个世界消失，是不是就好了，写这么长只是想有个人看到，我真的想过去跳楼")]
    [InlineData("今晚就跳下去")]
    [InlineData("我要跳下去")]
    [InlineData("我要跳河")]
    [InlineData("我想从桥上跳下去")]
    [InlineData("我吃了很多药")]
    [InlineData("我吃了一整瓶安眠药")]
    [InlineData("想一睡不醒")]
    [InlineData("睡着了就别醒来了")]
    [InlineData("我割了手腕")]
    [InlineData("准备好绳子了")]
    [InlineData("想跟这个世界告别")]
    [InlineData("我先走了，来世再见")]
    [InlineData("我把煤气打开了")]
    [InlineData("我不配活着")]
    [InlineData("没有我大家会更好")]
    [InlineData("死了一了百了")]
    [InlineData("如果我死了会有人难过吗")]
    [InlineData("我真的不想待在这个世界上了")]
    [InlineData("安眠药吃多少会死")]
    [InlineData("怎么死不痛苦")]
    [InlineData("怎样才能没有痛苦地离开")]
    [InlineData("我手里有刀")]
    public void Danger_to_life_is_heard(string text) => Assert.Equal(CrisisLevel.Life, Crisis.Find(text));

    /// <summary>Something harmless beside it, or over a mark, or in a gap, silences none of them.</summary>
    [Theory]
    [InlineData("我想死，记得帮我喂猫", CrisisLevel.Life)]
    [InlineData("我想死记得帮我喂猫", CrisisLevel.Life)]
    [InlineData("要不想死算了", CrisisLevel.Life)]
    [InlineData("救命！药我全吃了", CrisisLevel.Life)]
    [InlineData("救命药我全吃了", CrisisLevel.Life)]
    [InlineData("我把药全吃了", CrisisLevel.Life)]
    [InlineData("我在楼顶", CrisisLevel.Life)]
    [InlineData("我想结束了", CrisisLevel.Life)]
    [InlineData("没人帮我，爸爸打我", CrisisLevel.HarmToMinor)]
    [InlineData("没人帮我爸爸打我", CrisisLevel.HarmToMinor)]
    [InlineData("反正我被霸凌了", CrisisLevel.HarmToMinor)]
    [InlineData("他打我，手机被他砸了", CrisisLevel.HarmToMinor)]
    [InlineData("他打我手机被他砸了", CrisisLevel.HarmToMinor)]
    [InlineData("被打了，分不清是谁", CrisisLevel.HarmToMinor)]
    [InlineData("叔叔碰我下面", CrisisLevel.HarmToMinor)]
    [InlineData("救命！恩人都不管我", CrisisLevel.Distress)]
    public void What_is_harmless_silences_no_cry_beside_it(string text, CrisisLevel level) => Assert.Equal(level, Crisis.Find(text));

    [Fact]
    public void Harm_is_heard_beside_danger_to_life()
    {
        Assert.Equal(CrisisLevel.Life, Crisis.Find("爸爸要打死我，还强奸我"));
        Assert.True(Crisis.TellsOf("爸爸要打死我，还强奸我", CrisisLevel.HarmToMinor));
    }

    [Theory]
    [InlineData("班里有人欺负我，老师也不管")]
    [InlineData("我被同学欺负了")]
    [InlineData("我被几个高年级的殴打")]
    [InlineData("爸爸打我，天天这样")]
    [InlineData("他往死里打我弟弟")]
    [InlineData("有人打我")]
    [InlineData("家暴怎么办")]
    [InlineData("老师摸我")]
    [InlineData("他逼我拍裸照")]
    [InlineData("有人一直跟踪我")]
    [InlineData("被性侵了不敢说")]
    [InlineData("邻居猥亵我")]
    [InlineData("他们天天抢我的钱")]
    [InlineData("把我关在家里不让出门")]
    [InlineData("全班孤立我")]
    [InlineData("他威胁我不许告诉别人")]
    [InlineData("继父晚上进我房间")]
    [InlineData("他强迫我和他睡")]
    [InlineData("老师让我脱衣服")]
    [InlineData("妈妈把我打出血了")]
    [InlineData("我爸天天用皮带抽我")]
    [InlineData("被几个男生堵在厕所打")]
    [InlineData("舅舅对我动手动脚")]
    [InlineData("他不让我吃饭")]
    [InlineData("他们逼我吃脏东西")]
    [InlineData("他们在群里骂我")]
    public void Harm_is_heard(string text) => Assert.Equal(CrisisLevel.HarmToMinor, Crisis.Find(text));

    [Theory]
    [InlineData("救命")]
    [InlineData("好绝望")]
    [InlineData("我快崩溃了")]
    [InlineData("好像抑郁了")]
    [InlineData("没有人在乎我")]
    [InlineData("我坚持不下去了")]
    [InlineData("我想离家出走")]
    [InlineData("我是多余的")]
    public void Distress_is_heard(string text) => Assert.Equal(CrisisLevel.Distress, Crisis.Find(text));

    [Theory]
    [InlineData("考试考死了")]
    [InlineData("笑死")]
    [InlineData("笑死我了哈哈哈")]
    [InlineData("想死你了")]
    [InlineData("可想死我了")]
    [InlineData("累死了")]
    [InlineData("热死了")]
    [InlineData("饿死啦")]
    [InlineData("气死我了")]
    [InlineData("社死现场")]
    [InlineData("卷死了")]
    [InlineData("不想死记硬背")]
    [InlineData("让我死记硬背有什么用")]
    [InlineData("我没有被欺负")]
    [InlineData("没有人欺负我")]
    [InlineData("没人打我")]
    [InlineData("我不想死")]
    [InlineData("预防校园欺凌主题班会")]
    [InlineData("反家暴宣传")]
    [InlineData("防性侵知识讲座几点开始")]
    [InlineData("跳楼机好玩吗")]
    [InlineData("跳楼价大甩卖")]
    [InlineData("他打我电话了")]
    [InlineData("妈妈打我电话没接到")]
    [InlineData("紫砂壶多少钱")]
    [InlineData("年轻生命的意义")]
    [InlineData("我没用过这个功能")]
    [InlineData("手机崩溃了")]
    [InlineData("我去，死机了")]
    [InlineData("救命之恩")]
    [InlineData("想48小时内收到")]
    [InlineData("学习")]
    [InlineData("")]
    [InlineData("？！。")]
    public void Jokes_denials_and_everyday_words_are_not(string text) => Assert.Null(Crisis.Find(text));

    /// <summary>Sentences as they come in on any day; those that are taken for distress are named here, so that the rate is known and cannot grow unseen.</summary>
    [Fact]
    public void Of_everyday_sentences_few_are_taken_for_a_cry()
    {
        var sentences = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "HelpLine", "everyday.txt")).Where(line => line.Length > 0).ToList();

        var taken = sentences.Where(s => Crisis.Find(s) is not null).ToList();

        Assert.True(sentences.Count >= 200);
        Assert.True(taken.Count * 100 <= sentences.Count * 3, $"{taken.Count} of {sentences.Count}: {string.Join('、', taken)}");
        Assert.DoesNotContain(taken, s => Crisis.Find(s) == CrisisLevel.Life);
    }

    /// <summary>A hundred times the text takes about a hundred times as long, also where every character could begin a phrase.</summary>
    [Fact]
    public void A_long_text_takes_no_more_than_its_share()
    {
        var text = string.Concat(Enumerable.Repeat("被逼我不想结束", 20_000));
        var clock = System.Diagnostics.Stopwatch.StartNew();

        Crisis.Find(text);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(3), $"{clock.Elapsed}");
    }

    [Theory]
    [InlineData("life: [救]", "no pattern")]
    [InlineData("life: [想死, 想死]", "stands twice")]
    [InlineData("life: [一*二*三]", "no pattern")]
    [InlineData("life: [想死]\nharm-to-minor: [打我]\ndistress: [绝望]\nharmless: [不*想死]", "said in full")]
    [InlineData("life: []\nharm-to-minor: []\ndistress: []\nharmless: []\nother: []", "no level")]
    [InlineData("distress: []", "'life' is missing")]
    public void A_bad_list_stops_the_start_and_names_itself(string yaml, string why)
    {
        var folder = Directory.CreateTempSubdirectory("crisis-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "helpline"));
        File.WriteAllText(Path.Combine(folder, "helpline", "crisis.yaml"), yaml);

        var fault = Assert.Throws<Core.Content.ContentException>(() => CrisisMatcher.Read(folder));

        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }
}
