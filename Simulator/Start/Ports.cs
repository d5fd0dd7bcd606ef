using System.Net;
using System.Net.NetworkInformation;

namespace Bot.Simulator.Start;

internal static class Ports
{
    /// <exception cref="ArgumentException">Somebody listens there already.</exception>
    public static void MustBeFree(params ReadOnlySpan<Uri> urls)
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners();
        foreach (var url in urls)
        {
            if (Array.Exists(taken, listener => listener.Port == url.Port && IsLocal(listener.Address)))
            {
                throw new ArgumentException(
                    $"Port {url.Port} is in use by another program. Close that one, or choose another address with --url or --bot-url.");
            }
        }
    }

    private static bool IsLocal(IPAddress address)
        => IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
