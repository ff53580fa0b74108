namespace VampNet.Server;

/// <summary>The stable ids of this project's errors; docs/errors/server.md has their usual causes.</summary>
public static class ServerErrorIds
{
    /// <summary>An address that other machines can reach, without a token; the server does not start.</summary>
    public const string TokenNeeded = "VNS0001";

    /// <summary>A port that is taken; the server does not start.</summary>
    public const string PortTaken = "VNS0002";

    /// <summary>Settings that do not parse, an unknown preset, or a value out of its range.</summary>
    public const string SettingsInvalid = "VNS0003";

    /// <summary>The queue is full: as many requests wait as the server allows.</summary>
    public const string QueueFull = "VNS0004";

    /// <summary>The server stops.</summary>
    public const string Stopping = "VNS0005";

    /// <summary>A recording longer than the server takes.</summary>
    public const string RecordingTooLong = "VNS0006";

    /// <summary>No token, or another.</summary>
    public const string Unauthorized = "VNS0007";

    /// <summary>A request under another host's name, or from another site's page.</summary>
    public const string ForeignOrigin = "VNS0008";

    /// <summary>No such request, or its result was dropped for newer ones.</summary>
    public const string JobUnknown = "VNS0009";

    /// <summary>A result that is not there, or not yet.</summary>
    public const string ResultMissing = "VNS0010";

    /// <summary>A folder without the page, given to <c>--web</c>: the page that <c>./build.sh web</c> makes is not there yet; the server
    /// does not start.</summary>
    public const string PageMissing = "VNS0011";
}
