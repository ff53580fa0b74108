using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace VampNet.Cli;

/// <summary>Number of files that this process may have open at once. Below the number that its own parts need, .NET ends a process without
/// a helpful message, so this is checked before anything else is loaded, with calls that load nothing themselves.</summary>
internal static partial class OpenFileLimit
{
    // A vamp on the processor has 110 files open: 80 parts of .NET and of vampnet, libraries, models and sound.
    private const ulong Least = 128;

    /// <summary>Says on the error stream that too few files may be open, where that is so.</summary>
    /// <returns>Whether it is so.</returns>
    public static bool IsTooLow()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            return false;
        }

        if (GetResourceLimit(OperatingSystem.IsMacOS() ? 8 : 7, out ResourceLimit limit) != 0 || limit.Current >= Least)
        {
            return false;
        }

        Say(
            $"error {CommandErrorIds.TooFewOpenFiles}: Found that this process may have "
                + limit.Current.ToString(CultureInfo.InvariantCulture)
                + " files open at once.\n"
                + "Expected at least 128, of which vampnet's own parts need 80. Raise the limit (ulimit -n 1024).\n"
        );
        return true;
    }

    private static void Say(string text)
    {
        try
        {
            using FileStream error = new(new SafeFileHandle(2, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            error.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The message cannot be written; the exit code remains.
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetResourceLimit(int resource, out ResourceLimit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceLimit
    {
        public ulong Current;
        public ulong Largest;
    }
}
