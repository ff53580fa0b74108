using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace VampNet.Inference.Tests.Inputs.Files;

/// <summary>Writes arrays as NumPy does.</summary>
internal static class NpyFiles
{
    /// <summary>A .npy file of float32 numbers.</summary>
    public static byte[] Make(string descr, string shape, ReadOnlySpan<float> values, bool isFortran = false, byte version = 1) =>
        Raw(descr, shape, MemoryMarshal.AsBytes(values).ToArray(), isFortran, version);

    /// <summary>A .npy file.</summary>
    public static byte[] Raw(string descr, string shape, byte[] contents, bool isFortran = false, byte version = 1)
    {
        string header = $"{{'descr': '{descr}', 'fortran_order': {(isFortran ? "True" : "False")}, 'shape': {shape}, }}\n";
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)header.Length) : BitConverter.GetBytes(header.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. Encoding.ASCII.GetBytes(header), .. contents];
    }

    /// <summary>A .npz archive of .npy files.</summary>
    public static MemoryStream Archive(params (string Name, byte[] Npy)[] arrays)
    {
        MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] npy) in arrays)
            {
                using Stream entry = archive.CreateEntry($"{name}.npy").Open();
                entry.Write(npy);
            }
        }

        stream.Position = 0;
        return stream;
    }
}
