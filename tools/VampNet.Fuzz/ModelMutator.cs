namespace VampNet.Fuzz;

/// <summary>Damages models as faulty disks, broken transfers and attackers do; the same seed gives the same damage.</summary>
internal static class ModelMutator
{
    /// <summary>One to four of: a bit flipped, a byte set to an extreme, bytes removed, bytes doubled, the end cut off.</summary>
    public static byte[] Mutate(byte[] model, Random random)
    {
        List<byte> bytes = [.. model];
        int changes = random.Next(1, 5);
        for (int i = 0; i < changes && bytes.Count > 1; i++)
        {
            int at = random.Next(bytes.Count);
            int length = Math.Min(random.Next(1, 9), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0 or 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes[at] = random.Next(3) switch
                    {
                        0 => 0,
                        1 => 0x7F,
                        _ => 0xFF,
                    };
                    break;
                case 3:
                    bytes.RemoveRange(at, length);
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                default:
                    if (random.Next(8) == 0)
                    {
                        bytes.RemoveRange(at, bytes.Count - at);
                    }

                    break;
            }
        }

        return [.. bytes];
    }
}
