using System.Runtime.InteropServices;

namespace VampNet.Runtime.Models;

/// <summary>Gives memory that is free within this process back to the system.</summary>
internal static partial class FreedMemory
{
    /// <summary>Collects arrays that nothing refers to, and returns what unloaded models have left in the C library's heap: glibc keeps
    /// freed blocks of up to 32 MB for later, and packed weights are such blocks.</summary>
    public static void Return()
    {
        // Aggressive: otherwise the heap keeps the room of what was freed for a while.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = Trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library than glibc, which has no such call.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint left);
}
