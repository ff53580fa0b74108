namespace VampNet.Checkpoints.Zip;

/// <summary>The check of entry names. Nothing is ever unpacked; a name that tries to leave its folder still marks a forged
/// archive.</summary>
internal static class ZipNames
{
    /// <exception cref="CheckpointException">VNC0203: the name is absolute, leaves its folder, or holds characters no archive of PyTorch's
    /// has.</exception>
    public static void RequirePlain(string name)
    {
        bool plain =
            name.Length is > 0 and <= 1024
            && name[0] != '/'
            && !name.AsSpan().ContainsAny('\\', ':', '\uFFFD')
            && !name.Any(char.IsControl)
            && !name.Split('/').Contains("..");
        if (!plain)
        {
            throw new CheckpointException(
                CheckpointErrorIds.ZipNameUnsafe,
                $"an entry named '{Printable(name)}'",
                "a relative name within the archive, without '..'",
                "The archive was made to attack its reader; do not use it"
            );
        }
    }

    private static string Printable(string name) => string.Concat(name.Take(80).Select(c => char.IsControl(c) ? '?' : c));
}
