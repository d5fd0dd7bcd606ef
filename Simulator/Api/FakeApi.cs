namespace Bot.Simulator.Api;

/// <summary>WeChat's API as far as the bot uses it. Maps into any host that has a <see cref="Platform.FakeWeChat"/>.</summary>
public static class FakeApi
{
    public static void MapFakeApi(this IEndpointRouteBuilder app)
    {
        var open = app.MapGroup("").AddEndpointFilter(Caller.AtTheDoor);
        open.MapTokens();
        open.MapLogins();
        var guarded = open.MapGroup("").AddEndpointFilter(Caller.WithToken);
        guarded.MapAccount();
        guarded.MapMenus();
        guarded.MapFollowers();
        guarded.MapTags();
        guarded.MapMessages();
        guarded.MapTemplates();
        guarded.MapMass();
        guarded.MapFiles();
        guarded.MapMaterials();
        guarded.MapDrafts();
        guarded.MapQuotas();
        guarded.MapMini();
        foreach (var prefix in (string[])["/cgi-bin", "/sns", "/wxa", "/wxaapi"])
        {
            open.Map(prefix + "/{**rest}", () => Answers.No(40066));
        }

        app.MapAuthorize();
        app.MapCodePictures();
    }
}
