namespace Bot.Tests.Support;

/// <summary>The bot's way out in tests: calls nobody planned fail the test that made them.</summary>
public sealed class PlannedNetwork
{
    private readonly Dictionary<string, Func<HttpRequestMessage, HttpResponseMessage>> _answers = [];

    public List<string> Unplanned { get; } = [];

    /// <summary>Answers calls of one path with JSON.</summary>
    public void Answer(string path, string json) => _answers[path] = _ => new HttpResponseMessage { Content = new StringContent(json) };

    public void Answer(string path, Func<HttpRequestMessage, string> json) => _answers[path] = request => new HttpResponseMessage { Content = new StringContent(json(request)) };

    /// <summary>A new one each time: the client factory disposes what it was given.</summary>
    public HttpMessageHandler Handler() => new Exit(this);

    private sealed class Exit(PlannedNetwork network) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (network._answers.TryGetValue(request.RequestUri!.AbsolutePath, out var answer))
            {
                return Task.FromResult(answer(request));
            }

            network.Unplanned.Add(request.RequestUri.AbsolutePath);
            throw new HttpRequestException($"Nobody planned a call of {request.RequestUri.AbsolutePath}.");
        }
    }
}
