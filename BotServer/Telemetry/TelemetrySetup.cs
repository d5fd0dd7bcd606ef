using System.Diagnostics.Metrics;
using Bot.Core.Data;
using Bot.Core.Settings;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace Bot.Server.Telemetry;

internal static class TelemetrySetup
{
    /// <summary>
    /// Metrics only: they carry route templates, never paths. Traces of requests would carry the path of entry links and the query of
    /// webhooks.
    /// </summary>
    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var options = services.AddSettings<TelemetryOptions>(configuration, "Telemetry");
        if (options.OtlpEndpoint.Length > 0)
        {
            services.AddHostedService(provider => new MetricsExport(options, provider.GetRequiredService<WriteQueue>()));
        }
    }

    private sealed class MetricsExport(TelemetryOptions options, WriteQueue queue) : IHostedService, IDisposable
    {
        private readonly Meter _meter = new("Bot");
        private MeterProvider? _provider;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            _meter.CreateObservableGauge("bot.writes.waiting", () => queue.Depth, description: "Items in the write queue.");
            _provider = Sdk.CreateMeterProviderBuilder()
                .AddMeter("Bot", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
                .AddOtlpExporter(otlp =>
                {
                    otlp.Endpoint = new Uri(options.OtlpEndpoint);
                    otlp.Protocol = OtlpExportProtocol.Grpc;
                })
                .Build();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            _provider?.Shutdown(5000);
            return Task.CompletedTask;
        }

        public void Dispose()
        {
            _provider?.Dispose();
            _meter.Dispose();
        }
    }
}
