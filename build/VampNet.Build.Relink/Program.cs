return VampNet.Build.Relink.RelinkCommand.Run(args, Console.Error);
