"""Names of people and personas, split for good into training and held-out lists."""

PEOPLE = '''
Anna Ben Clara Dan Ella Finn Grace Hugo Iris Jack Kate Leo Mia Noah Olga Paul Rosa Sam Tess Umar
Vera Will Zoe Adam Bella Carl Dora Emil Fay Gus Hana Ivan Jane Karl Lucy Max Nina Omar Pia Ravi
Sara Tom Una Victor Wendy Yara Abel Bruno Cora Dina Eric Flora Greta Hans Ida Joel Kira Liam Maya
Nils Otto Petra Rolf Stella Theo Ursula Vito Alma Boris Celia Dario Elsa Felix Gina Henry Ines
Jonas Klara Lars Molly Nadia Oscar Paula Ruben Sofia Toby Viola Ahmed Aisha Ali Amara Amir Anil
Ananya Andrei Anya Aoife Arjun Asha Ayumi Bao Beatriz Bilal Bjorn Camila Carlos Chen Chidi Chloe
Daisuke Deepa Diego Dmitri Eduardo Ekaterina Elif Emeka Emre Esme Fatima Fernando Filip Freya
Gabriela Giorgio Giulia Goran Gustavo Hamza Haruto Hassan Hiroshi Ibrahim Igor Ilse Imani Ingrid
Isabel Ismail Jamal Jasmin Javier Jia Joao Jorge Juan Julia Kaito Kamal Karim Katarina Kenji Khalid
Kofi Kwame Lakshmi Layla Leandro Li Ling Lucia Luis Lukas Magnus Mahmoud Marcel Marco Maria Marta
Mateus Mehmet Mei Miguel Mikhail Milan Min Mohammed Mustafa Nabil Nadir Naomi Natasha Neha Nia Nikos
Noor Nuria Olu Paolo Pavel Pedro Pooja Rachel Rafael Rahul Raj Ramon Rania Rashid Renata Rohan
Rosalie Sakura Salma Samir Sandeep Sanjay Santiago Selma Sergio Shanti Simone Sunil Suresh Tamara
Tan Thandi Tomas Uma Valentina Vikram Wei Xavier Yan Yasmin Yuki Yusra Zain Zara Zeynep Alex Andy
Billy Bob Chris Dave Debbie Emma Frank Fred George Harry Jim Joe John Kim Lee Linda Lisa Mark
Martin Mary Mike Nick Nora Olive Pat Peter Phil Rob Ron Rose Ruth Sue Steve Tim Tina Tony Vic
Charlie Daniel Edith Edward Emily Ethel Florence Gareth Gavin Geoffrey Harriet Howard Ian Isla
Jessica Josephine Keith Kevin Laura Lewis Louise Lydia Madison Malcolm Mason Megan Melissa Michelle
Nathan Neil Nicole Oliver Oscar Patrick Philip Rebecca Robert Russell Samuel Shirley Sidney
Stephanie Stuart Susan Sylvia Thomas Tracy Vincent Walter William Yvonne Zack
'''.split()

HELD_PEOPLE = '''
Mika Quentin Imogen Barnaby Leila Tariq Svenja Matteo Priya Conrad Yusuf Delphine Agnes Rupert
Hazel Jasper Nora-Lee Wolfgang Zuleika Ottilie Ignatius Bronwyn Cedric Dagmar Esteban Farouk
Gwendolyn Hyacinth Ingmar Jocelyn Kaspar Lorelei Mirko Nerys Orlando Percival Quincy Rosalind
Sigrid Tobias Ulrike Valerie Winifred Xenia Ysolde Zachary Abdou Benedikt Calliope Domenico
Eleanor Fiona Gianluca Heloise Ichiro Jadwiga Kerstin Lorenzo Makoto Nkechi Oswald Parisa
Ramona Siobhan Tatsuya Unathi Vanessa Wilhelmina Yevgeny Zubair Baljit Camille Dorothea Elspeth
Hugh Jude Kiki Lola Ned Pim Ravindra Seb Tilly Vince Wanda Yolanda Ziggy
'''.split()

PERSONAS = '''
Bramble Volt Pip Marlow Juno Basil Rook Sage Tinker Wren Ash Cobble Dot Ember Flint Gale Hob
Indigo Jet Lark Moss Nutmeg Onyx Quill Rusty Thistle Umber Vesper Willow Yarrow Zephyr Clover Duke
Fig Ginger Captain Doc Professor Sir Gizmo Bolt Pixel Widget Merlin Atlas Orion Nova Luna Sol
Echo Misty Shadow Blaze Storm River Sky Frost Coral Pearl Ruby Jade Amber Opal Slate Copper Max
Rex Bit Byte Zip Zap Kip Lob Mog Nim Oz Pog Tuck Wim Zed Bee Mo Jo Cy Vi Ike Abe Gil Hal Ira
'''.split()

HELD_PERSONAS = '''
Ada Barnacle Tansy Cog Mirabel Saffy Hawk Galahad Pumice Linnet Oriole Sprocket Juniper Mabel
Figaro Trudy Bosun Rhoda Tycho Wicket Gulliver Dandelion Fergus Marguerite Puck Yorick Beacon
Nimbus Cassius Thorne Bo
'''.split()

# Labels of people who have not set a name; a reply must not use them as names.
NAMELESS = ['You', 'Me', 'Guest', 'Someone']

KIN = '''dog cat horse parrot rabbit hamster sister brother boat car teddy bear daughter son
friend teacher goldfish pony turtle neighbour robot cousin village street plant'''.split()
