namespace VampNet.Cli;

/// <summary>The exit codes of the process.</summary>
internal static class ExitCode
{
    /// <summary>Success.</summary>
    public const int Done = 0;

    /// <summary>The data was refused: a wrong or damaged file, a full disk, a folder in use.</summary>
    public const int DataRefused = 1;

    /// <summary>The command line was wrong.</summary>
    public const int WrongUsage = 2;

    /// <summary>The graphs were compared and are beyond their budget.</summary>
    public const int ParityFailed = 3;

    /// <summary>The rewritten graph could not be compared with the original.</summary>
    public const int Undecided = 4;

    /// <summary>A bug of the tool (EX_SOFTWARE of sysexits.h).</summary>
    public const int Bug = 70;

    /// <summary>Stopped by Ctrl-C: 128 + SIGINT, as shells expect.</summary>
    public const int Cancelled = 130;
}
