using System.Globalization;
using System.Text;
using Bot.Core.Roster;

namespace Bot.Bench.Setup;

/// <summary>An organisation of the synthetic region.</summary>
/// <param name="Parent">Index of the one above; -1 for the region itself.</param>
internal sealed record RegionUnit(string Path, OrganisationKind Kind, int Parent);

/// <summary>One person of the synthetic region.</summary>
/// <param name="Unit">Index of the branch.</param>
internal readonly record struct RegionPerson(int Number, int Unit, string Name, DateOnly Birth, string? Phone, string? MemberNumber, PersonCategory Category, string RosterId, Duty? Duty);

/// <summary>
/// A made-up region: twelve cities, nine counties each, townships, schools and firms below them, twenty people a branch on average, some
/// branches right under a city or county. The same seed and size give the same region.
/// </summary>
internal sealed class Region
{
    public const string Header = "组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,人员标识,职务";

    private const int Cities = 12;
    private const int Counties = 9;
    private const int PerBranch = 20;

    /// <summary>Branches under one township, school or firm.</summary>
    private const int BranchesPerPlace = 55;

    private static readonly OrganisationKind[] Places =
        [OrganisationKind.Township, OrganisationKind.School, OrganisationKind.School, OrganisationKind.StateEnterprise, OrganisationKind.NonPublicEnterprise, OrganisationKind.Institution];

    private readonly int _seed;
    private readonly List<RegionUnit> _units = [];
    private readonly List<int> _branches = [];

    /// <param name="people">120,000, 1,200,000 and 12,000,000 are what is measured.</param>
    public Region(int people, int seed = 1)
    {
        (PeopleCount, _seed) = (people, seed);
        Build(Math.Max(1, people / PerBranch), new Random(seed));
    }

    public int PeopleCount { get; }

    /// <summary>Parents before their children.</summary>
    public IReadOnlyList<RegionUnit> Units => _units;

    /// <summary>Indexes of the units that people belong to.</summary>
    public IReadOnlyList<int> Branches => _branches;

    /// <param name="changed">Of how many per cent of the people something is otherwise: phone, category, branch or duty.</param>
    public IEnumerable<RegionPerson> People(int changed = 0)
    {
        var random = new Random(_seed + 1);
        var (branch, left) = (-1, 0);
        for (var number = 0; number < PeopleCount; number++)
        {
            var isFirst = left == 0;
            if (isFirst)
            {
                branch = Math.Min(branch + 1, _branches.Count - 1);
                left = branch == _branches.Count - 1 ? int.MaxValue : random.Next(3, (2 * PerBranch) - 2);
            }

            var person = Person(number, _branches[branch], random, isFirst);
            left--;
            yield return number % 100 < changed ? Change(person, branch) : person;
        }
    }

    /// <summary>The roster file of the region, organisations first.</summary>
    public void WriteCsv(string path, int changed = 0)
    {
        using var writer = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20);
        writer.Write(Header + "\n");
        foreach (var unit in _units)
        {
            writer.Write($"{unit.Path},{unit.Kind.Word()},,,,,,,\n");
        }

        foreach (var p in People(changed))
        {
            writer.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"{_units[p.Unit].Path},,{p.Name},{p.Birth:yyyy-MM-dd},{p.Phone},{p.MemberNumber},{p.Category.Word()},{p.RosterId},{p.Duty?.Word()}\n"));
        }
    }

    private void Build(int branches, Random random)
    {
        var region = Add("示例区", OrganisationKind.Region, -1);
        var counties = new List<int>();
        for (var city = 1; city <= Cities; city++)
        {
            var at = Add($"盟市{city:00}", OrganisationKind.City, region);
            AddBranch(at, branches);
            for (var county = 1; county <= Counties; county++)
            {
                counties.Add(Add($"旗县{county:00}", OrganisationKind.County, at));
                AddBranch(counties[^1], branches);
            }
        }

        for (var place = 0; _branches.Count < branches; place++)
        {
            var kind = Places[random.Next(Places.Length)];
            var at = Add($"{kind.Word()}{place:0000}", kind, counties[place % counties.Count]);
            for (var n = random.Next(1, 2 * BranchesPerPlace); n > 0; n--)
            {
                AddBranch(at, branches);
            }
        }
    }

    private int Add(string name, OrganisationKind kind, int parent)
    {
        _units.Add(new RegionUnit(parent < 0 ? name : $"{_units[parent].Path}/{name}", kind, parent));
        return _units.Count - 1;
    }

    private void AddBranch(int parent, int most)
    {
        if (_branches.Count < most)
        {
            _branches.Add(Add($"支部{_branches.Count:00000}", OrganisationKind.Branch, parent));
        }
    }

    /// <summary>Some three share each name, as far apart as real namesakes.</summary>
    private RegionPerson Person(int number, int unit, Random random, bool isFirst)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"学生{random.Next(1 + (PeopleCount / 3)):000000}");
        var birth = new DateOnly(1999, 1, 1).AddDays(random.Next(13 * 365));
        var phone = random.Next(10) == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"1{random.NextInt64(3_000_000_000, 9_999_999_999)}");
        var memberNumber = random.Next(20) == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{200_000_000_000 + number}");
        var category = random.Next(100) switch { < 92 => PersonCategory.Member, < 96 => PersonCategory.Youth, < 98 => PersonCategory.Party, _ => PersonCategory.Pioneer };
        return new RegionPerson(number, unit, name, birth, phone, memberNumber, category, string.Create(CultureInfo.InvariantCulture, $"P{number:00000000}"), isFirst ? Duty.Secretary : null);
    }

    private RegionPerson Change(RegionPerson person, int branch) => (person.Number / 100 % 4) switch
    {
        0 => person with { Phone = "13000000000" },
        1 => person with { Category = person.Category == PersonCategory.Member ? PersonCategory.Youth : PersonCategory.Member },
        2 => person with { Unit = _branches[(branch + 1) % _branches.Count] },
        _ => person with { Duty = Duty.Officer },
    };
}
